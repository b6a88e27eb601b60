namespace Gaia.Gateway.Services;

/// <summary>One instance of a service.</summary>
/// <param name="prefix">The beginning of its address, such as <c>http://127.0.0.1:5001/</c>.</param>
internal sealed class Destination(string prefix)
{
    private long lastAnswered;
    private int isPassedOver;

    public string Prefix => prefix;

    /// <summary>Whether requests go to other instances, or fail at once.</summary>
    public bool IsPassedOver => Volatile.Read(ref isPassedOver) is 1;

    /// <summary>To be called when it has answered anything.</summary>
    public void Use()
    {
        Volatile.Write(ref lastAnswered, TimeProvider.System.GetTimestamp());
        if (IsPassedOver)
        {
            Volatile.Write(ref isPassedOver, 0);
        }
    }

    /// <summary>To be called when it did not answer a request in time.</summary>
    /// <param name="sent">When that was sent.</param>
    /// <returns>True: from now on it is passed over. False: it is already, or has answered other requests since.</returns>
    public bool TryPassOver(long sent) => Volatile.Read(ref lastAnswered) <= sent && Interlocked.Exchange(ref isPassedOver, 1) is 0;
}
