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
import type { ListFlags } from './flags.js';
import { engineChoices, hardwareChoices, modelChoices, noChoices } from './list-choices.js';
import { emit } from './output.js';
import { select } from './selection.js';
import type { Terminal } from './terminal.js';

const listings: Readonly<Record<string, (flags: ListFlags) => Listing>> = {
  hardware: (flags) => hardwareListing(select('hardware', listHardware(), flags, hardwareChoices)),
  models: (flags) => modelListing(select('models', listNetworks(), flags, modelChoices)),
  engines: (flags) => engineListing(select('engines', listEngines(), flags, engineChoices)),
  formats: (flags) => {
    select('formats', [], flags, noChoices);
    return formatListing();
  },
};

/** `roofcast list`: what is built in, as far as the flags ask for it. */
export async function runList(what: string, flags: ListFlags, terminal: Terminal): Promise<void> {
  const make = Object.hasOwn(listings, what) ? listings[what] : undefined;
  if (make === undefined) {
    throw new InvalidScenarioError(
      'list',
      what,
      `there is no list of "${what}"`,
      `write one of ${Object.keys(listings).join(', ')}`,
    );
  }
  const listing = make(flags);
  if (listing.rows.length === 0) terminal.warn(`none of the ${what} is like that\n`);
  await emit({ json: () => listing.json, text: () => listingText(listing) }, flags, terminal);
}
