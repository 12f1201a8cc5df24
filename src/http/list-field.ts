import { applyDecorators } from '@nestjs/common';
import { ArrayMaxSize, buildMessage, IsArray, ValidateBy } from 'class-validator';
import { type Check, EachEntry } from './each-entry.js';

/** What each entry of a list must be. `name` is the fault's code. */
export interface EntryCheck {
  readonly name: string;
  readonly isValid: Check;
  readonly message: string;
}

/** As class-validator calls it, whose own check takes time with the square of the entries. */
const UniqueEntries = () =>
  ValidateBy({
    name: 'arrayUnique',
    validator: {
      validate: (value) => Array.isArray(value) && new Set(value).size === value.length,
      defaultMessage: buildMessage(() => "All $property's elements must be unique"),
    },
  });

/** A list of at most `most` different entries. How many there are is looked at before what they are. */
export const ListField = (most: number, { name, isValid, message }: EntryCheck): PropertyDecorator =>
  applyDecorators(IsArray(), ArrayMaxSize(most), UniqueEntries(), EachEntry(name, isValid, message));
