using System.Diagnostics.CodeAnalysis;

namespace NATS.NKeys;

/// <summary>Whose key it is: the first byte of an encoded public key, chosen so that its base32 text starts with a telling letter.</summary>
[SuppressMessage("Design", "CA1028:Enum Storage should be Int32", Justification = "It is the byte on the wire, as in the genuine package.")]
public enum PrefixByte : byte
{
    /// <summary>A…</summary>
    Account = 0,

    /// <summary>C…</summary>
    Cluster = 2 << 3,

    /// <summary>N…</summary>
    Server = 13 << 3,

    /// <summary>O…</summary>
    Operator = 14 << 3,

    /// <summary>U…</summary>
    User = 20 << 3,

    /// <summary>X…: an X25519 key, which does not sign.</summary>
    Curve = 23 << 3,
}
