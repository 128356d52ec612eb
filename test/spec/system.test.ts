import { describe, expect, it } from 'vitest';
import { estimate, getHardware, getModel, listHardware, sourcesOf } from '../../src/index.js';
import { hardwareJson, hardwareText } from '../../src/report/show-hardware.js';
import { parseHardware } from '../../src/spec/hardware.js';
import { machine, problemsOf } from './samples.js';

const links = `links:
  fabric: { topology: switched, bandwidth: { value: 450 GB/s, source: sheet }, max-devices: { value: 8, source: sheet } }
`;
const resolve = (id: string) => (id === 'chip' ? { file: 'specs/chip.yaml', text: machine } : undefined);
const withSystem = (system: string) => machine + links + system;
const read = (system: string) => parseHardware(withSystem(system), { file: 'specs/box.yaml', resolve });

describe('a system of several devices', () => {
  it('is a device, a count with its source, and a link', () => {
    const { hardware, sources } = read(
      'system: { device: chip, devices: { value: 8, source: sheet }, link: fabric }\n',
    );
    expect(hardware.system).toEqual({ device: 'chip', devices: 8, link: 'fabric' });
    expect(sources.figures['system.devices']).toMatchObject({ ref: 'acme.example/box' });
  });

  it('is of the machine itself where no other spec is named', () => {
    expect(read('system: { devices: { value: 2, source: sheet }, link: fabric }\n').hardware.system).toEqual({
      device: 'box',
      devices: 2,
      link: 'fabric',
    });
    expect(parseHardware(machine, { file: 'box.yaml' }).hardware).not.toHaveProperty('system');
  });

  it.each([
    [
      'system: { device: chop, devices: { value: 8, source: sheet }, link: fabric }',
      'specs/box.yaml:28:19 system.device: no spec has the id "chop"; name a file of the same folder',
    ],
    [
      'system: { device: chip, devices: { value: 8, source: sheet }, link: fabrik }',
      'specs/box.yaml:28:69 system.link: "fabrik" is not a link; did you mean "fabric"?',
    ],
    [
      'system: { device: chip, devices: { value: 9, source: sheet }, link: fabric }',
      'specs/box.yaml:28:43 system.devices: is more than the 8 devices that fabric can join; correct one of the two',
    ],
    [
      'system: { device: chip, devices: { value: 1, source: sheet }, link: fabric }',
      'specs/box.yaml:28:43 system.devices: "1" is too small; a system has two or more; leave it out where there is one',
    ],
    [
      'system: { device: chip, devices: 8, link: fabric }',
      'specs/box.yaml:28:34 system.devices: "8" has no source; write { value: 8, source: ... }',
    ],
  ])('%s is refused', (system, message) => {
    expect(problemsOf(() => read(`${system}\n`))).toEqual([message]);
  });
});

describe('the systems of the catalogue', () => {
  const systems = listHardware().flatMap((hardware) =>
    hardware.system === undefined ? [] : [{ hardware, system: hardware.system }],
  );

  it.each([
    ['dgx-a100', 'a100-sxm-80gb', 8],
    ['dgx-h100', 'h100-sxm-80gb', 8],
    ['dgx-h200', 'h200-sxm-141gb', 8],
    ['dgx-b200', 'b200-sxm-180gb', 8],
    ['gb200-nvl72-186gb', 'gb200-nvl72-186gb', 72],
    ['gb300-nvl72-288gb', 'gb300-nvl72-288gb', 72],
    ['wormhole-quietbox', 'wormhole-n300', 4],
    ['blackhole-quietbox', 'blackhole-p150', 4],
    ['wormhole-galaxy', 'wormhole-n150', 32],
    ['rpi-cm5-cluster10', 'rpi-cm5-cluster10', 10],
    ['strix-halo-395-cluster4', 'strix-halo-395', 4],
    ['m3-ultra-80c-cluster4', 'm3-ultra-80c', 4],
    ['cs-3-cluster4', 'cs-3', 4],
  ])('%s is of %s, %i times', (id, device, devices) => {
    expect(getHardware(id).system).toMatchObject({ device, devices });
  });

  it('have the memory of the device that they name', () => {
    for (const { hardware, system } of systems) {
      expect([hardware.id, hardware.memory]).toEqual([hardware.id, getHardware(system.device).memory]);
    }
  });

  it('say how many devices, what joins them, and what they have together', () => {
    const dgx = getHardware('dgx-h100');
    const sources = sourcesOf('hardware', 'dgx-h100');
    expect(hardwareJson(dgx, sources)).toMatchObject({
      derived: { system: { devices: 8, link: 'nvlink', capacity: 8 * 80 * 2 ** 30, bandwidth: 8 * 3.35e12 } },
    });
    const text = hardwareText(dgx, sources, 100);
    expect(text).toMatch(/devices +8 x h100-sxm-80gb \[\d+\]; all else here is of one/);
    expect(text).toMatch(/memory in all +640 GiB/);
    expect(text).toMatch(/bandwidth in all +26\.8 TB\/s/);
  });

  it('are estimated as one device, and an estimate says so', () => {
    const model = getModel('llama-3.1-8b');
    const [system, device] = ['dgx-h100', 'h100-sxm-80gb'].map((id) => estimate({ model, hardware: id }));
    expect(system?.decode.tokensPerSecond).toEqual(device?.decode.tokensPerSecond);
    expect(system?.warnings).toContainEqual({
      code: 'one-device-of-several',
      message:
        'dgx-h100 is a system of 8 devices: this is one of them, as work spread over several is not modelled yet',
    });
    expect(device?.warnings.map(({ code }) => code)).not.toContain('one-device-of-several');
  });
});
