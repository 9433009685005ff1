/** The newest version of the protocol that this client speaks; the broker answers with the lesser of both. */
export const protocolVersionMax = 21;
/** The oldest broker that it works with: acknowledgements with receipts are of version 17. */
export const protocolVersionMin = 17;
export const clientVersion = 'millrace';
