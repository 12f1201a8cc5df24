import { IsString, MaxLength } from 'class-validator';
import { DescriptionField, NameField, Optional } from '../http/fields.js';
import type { Project } from './project.entity.js';

export class ProjectDto {
  /** @example "prj_01jd8x0000e3vb6qk4mzt5w7ya" */
  id: string;
  /** @example "Checkout" */
  name: string;
  /** @example "Everything a customer passes on the way to paying" */
  description: string | null;
  createdAt: Date;
  updatedAt: Date;

  static from({ id, name, description, createdAt, updatedAt }: Project): ProjectDto {
    return Object.assign(new ProjectDto(), { id, name, description, createdAt, updatedAt });
  }
}

export class ProjectPageDto {
  data: ProjectDto[];
  /** `cursor` of the next page; null on the last one. */
  nextCursor: string | null;
}

export class CreateProjectDto {
  /**
   * Unique in the team, whatever its case and the blanks in it.
   * @example "Checkout"
   */
  @NameField(80)
  name: string;

  /** @example "Everything a customer passes on the way to paying" */
  @DescriptionField()
  description?: string | null;
}

export class UpdateProjectDto {
  /**
   * Unique in the team, whatever its case and the blanks in it.
   * @example "Checkout and payment"
   */
  @Optional()
  @NameField(80)
  name?: string;

  /** @example "Everything a customer passes on the way to paying" */
  @DescriptionField()
  description?: string | null;
}

export class DeleteProjectDto {
  /**
   * The project that the monitors in it move to.
   * @example "prj_01jd8x0000f3b9s0d2m8c5p1rk"
   */
  @Optional()
  @MaxLength(40)
  @IsString()
  moveTo?: string;
}
