import { InvalidScenarioError } from '../errors.js';
import { listEngines, listHardware, listNetworks } from '../index.js';
import {
  engineListing,
  formatListing,
  hardwareListing,
  type Listing,
  listingText,
  modelListing,
} from '../report/list.js';
import type { CommonFlags } from './flags.js';
import { emit } from './output.js';
import type { Terminal } from './terminal.js';

const listings: Readonly<Record<string, () => Listing>> = {
  hardware: () => hardwareListing(listHardware()),
  models: () => modelListing(listNetworks()),
  engines: () => engineListing(listEngines()),
  formats: formatListing,
};

/** `roofcast list`: what is built in. */
export async function runList(what: string, flags: CommonFlags, terminal: Terminal): Promise<void> {
  const make = Object.hasOwn(listings, what) ? listings[what] : undefined;
  if (make === undefined) {
    throw new InvalidScenarioError(
      'list',
      what,
      `there is no list of "${what}"`,
      `write one of ${Object.keys(listings).join(', ')}`,
    );
  }
  const listing = make();
  await emit({ json: () => listing.json, text: () => listingText(listing) }, flags, terminal);
}
