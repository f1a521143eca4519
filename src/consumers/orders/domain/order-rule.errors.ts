/** A rule of the domain that does not hold. It names the field and the rule, never a value. */
export class OrderRuleError extends Error {
  constructor(
    readonly field: string,
    readonly rule: string,
  ) {
    super(`${field}: ${rule}`);
    this.name = 'OrderRuleError';
  }
}
