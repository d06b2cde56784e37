/** Ids of what a person asks for, made once for each thing asked and kept through every retry of it. */
export const newOrderId = (): string => `page-${crypto.randomUUID().replaceAll('-', '').slice(0, 24)}`;
