namespace Gaia.Gateway.Revocations;

/// <summary>Whether this node knows every revocation: until the last proof of it, plus a bound that keeps the promise of one second.</summary>
internal sealed class RevocationStalenessGuard
{
    private const long BoundMs = 900;

    private long until = long.MinValue;

    public bool Holds => Environment.TickCount64 < Volatile.Read(ref until);

    public static long Now => Environment.TickCount64;

    /// <param name="askedAt">When the question was asked whose answer has been applied.</param>
    public void Prove(long askedAt) => Volatile.Write(ref until, Math.Max(Volatile.Read(ref until), askedAt + BoundMs));
}
