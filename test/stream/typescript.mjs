// Registers TypeScript in whichever thread imports it: tsx by itself does so in the first one alone.
import { register } from 'tsx/esm/api';

register();
