import { isEmailAddress, isPlainEmail } from '../../accounts/email.js';
import type { Network } from '../../common/network.js';
import { issue, type ValidationIssue, isObject, unknownMembers } from '../../http/validation-issue.js';
import { type ChannelType, channelTypes } from '../../plans/plan-limits.js';
import { inputFieldOf } from './channel-config.js';
import { webhookUrlIssue } from './webhook-url.validation.js';

type Member = (typeof inputFieldOf)[ChannelType];

/** What is wrong with a member, each fault with its pointer. */
type Check = (value: unknown, egressAllow: readonly Network[]) => ValidationIssue[];

const address: Check = (value) =>
  isEmailAddress(value) && isPlainEmail(value)
    ? []
    : [issue('/config/address', 'is-email', 'address must be an e-mail address.')];

const url =
  (member: 'url' | 'webhookUrl', httpsOnly: boolean): Check =>
  (value, egressAllow) => {
    const wrong = webhookUrlIssue(value, { httpsOnly, egressAllow });
    return wrong ? [issue(`/config/${member}`, wrong.code, `${member} ${wrong.message}.`)] : [];
  };

const checks: Readonly<Record<Member, Check>> = {
  address,
  webhookUrl: url('webhookUrl', true),
  url: url('url', false),
};

const isType = (value: unknown): value is ChannelType => channelTypes.includes(value as ChannelType);

/** What is wrong with the config of an input. It may be partial where something is stored already. */
export function configIssues(
  value: unknown,
  { isWhole, egressAllow }: { isWhole: boolean; egressAllow: readonly Network[] },
): ValidationIssue[] {
  if (value === undefined && !isWhole) return [];
  if (!isObject(value)) return [issue('/config', 'is-object', 'config must be an object.')];
  const { type } = value;
  if (!isType(type) && (isWhole || type !== undefined))
    return [issue('/config/type', 'is-in', `type must be one of ${channelTypes.join(', ')}.`)];
  const known = isType(type) ? [inputFieldOf[type]] : Object.values(inputFieldOf);
  return [
    ...unknownMembers(value, ['type', ...known], '/config'),
    ...known.flatMap((member) => {
      if (value[member] === undefined && !isWhole) return [];
      return value[member] === undefined ? [missing(member)] : checks[member](value[member], egressAllow);
    }),
  ];
}

const missing = (member: Member): ValidationIssue =>
  issue(`/config/${member}`, 'required', `${member} is required.`);
