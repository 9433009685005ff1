/** The record of messages that are sent with a JSON schema. */
public final class Transaction {
  public String userId;
  public double amount;
  public long timestamp;
}
