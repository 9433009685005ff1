/** The built-in view, as a user would write it. */
export const defaultFeatureViewText = `feature_view: user_transactions
entity: userId
timestamp_field: timestamp
aggregations:
  - { name: transactionCount10Min, function: count, time_window: 10m }
  - { name: totalAmount10Min, function: sum, column: amount, time_window: 10m }
`;
