import type { Type } from '@nestjs/common';
import { type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';

/** The schema of a value that has one of several shapes, told apart by their member `type`. */
export const oneOf = (shapes: Readonly<Record<string, Type>>) =>
  ({
    oneOf: Object.values(shapes).map((shape) => ({ $ref: getSchemaPath(shape) })),
    discriminator: {
      propertyName: 'type',
      mapping: Object.fromEntries(
        Object.entries(shapes).map(([name, shape]) => [name, getSchemaPath(shape)]),
      ),
    },
  }) satisfies ApiPropertyOptions;
