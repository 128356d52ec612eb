import { MeasurementFileError } from '../../src/errors.js';
import { readMeasurementText } from '../../src/readers/text.js';

/** The error that a text gives; anything else that is thrown is a failure, and so is a text that can be read. */
export function problemWith(text: string, name = 'file'): MeasurementFileError {
  try {
    readMeasurementText(text, name);
  } catch (error) {
    if (error instanceof MeasurementFileError) return error;
    throw error;
  }
  throw new Error('the text can be read');
}
