using System.Security.Cryptography;

namespace Lading.Orders;

/// <summary>
/// Makes order numbers at the edge. Strictly rising within the process, so ten orders in one millisecond never
/// collide; between processes 23 random bits make it rare, and the stream's claim makes it harmless.
/// </summary>
public sealed class OrderNumbers(TimeProvider time, RandomNumberGenerator random)
{
    private readonly Lock gate = new();
    private readonly byte[] bytes = new byte[4];
    private UInt128 last;

    /// <summary>The next number.</summary>
    public string Next()
    {
        lock (gate)
        {
            random.GetBytes(bytes);
            var value = OrderNumber.Value(time.GetUtcNow(), BitConverter.ToUInt32(bytes));
            last = value > last ? value : last + 1;
            return OrderNumber.Write(last);
        }
    }
}
