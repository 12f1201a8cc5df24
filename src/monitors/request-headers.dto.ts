import { ApiProperty } from '@nestjs/swagger';
import { MAX_VALUE, type SealedHeader } from './request-headers.js';

export class CreateHeaderDto {
  /**
   * The name of the field. `Host`, `Content-Length`, `Connection`, `Transfer-Encoding` and others that belong to the connection are refused.
   * @example "X-Api-Version"
   */
  @ApiProperty({ minLength: 1, maxLength: 100 })
  name: string;
  /**
   * Write-only: stored encrypted, and never answered.
   * @example "2026-01"
   */
  @ApiProperty({ maxLength: MAX_VALUE, writeOnly: true })
  value: string;
}

export class UpdateHeaderDto {
  /**
   * The name of the field. `Host`, `Content-Length`, `Connection`, `Transfer-Encoding` and others that belong to the connection are refused.
   * @example "X-Api-Version"
   */
  @ApiProperty({ minLength: 1, maxLength: 100 })
  name: string;
  /**
   * Left out, the header keeps the value it has.
   * @example "2026-07"
   */
  @ApiProperty({ required: false, maxLength: MAX_VALUE, writeOnly: true })
  value?: string;
}

export class HeaderDto {
  /** @example "X-Api-Version" */
  name: string;
  /** Always null: values of headers are write-only. */
  @ApiProperty({ type: String, nullable: true, example: null })
  value: null;
  /** Whether there is a value. Without one the header is not sent: see `clearedSecrets`. */
  @ApiProperty({ example: true })
  isSet: boolean;

  static from({ name, value }: SealedHeader): HeaderDto {
    return Object.assign(new HeaderDto(), { name, value: null, isSet: value !== null });
  }
}
