using System.Security.Cryptography;
using Org.BouncyCastle.Math.EC.Rfc7748;
using Org.BouncyCastle.Math.EC.Rfc8032;

namespace NATS.NKeys;

/// <summary>An NKey: an Ed25519 key pair, or its public half, in the text form that NATS servers and tools use.</summary>
/// <remarks>Sealing and opening with curve keys is left out: no NATS client needs it to connect.</remarks>
public sealed class KeyPair : IDisposable
{
    private readonly byte[] seed;
    private readonly byte[] publicKey;
    private bool disposed;

    private KeyPair(PrefixByte prefix, byte[] seed, byte[] publicKey)
    {
        Prefix = prefix;
        this.seed = seed;
        this.publicKey = publicKey;
    }

    public PrefixByte Prefix { get; }

    /// <exception cref="NKeysException">The prefix is none of the known ones.</exception>
    public static KeyPair CreatePair(PrefixByte prefix)
    {
        using var random = RandomNumberGenerator.Create();
        return CreatePair(prefix, random);
    }

    /// <exception cref="NKeysException">The prefix is none of the known ones.</exception>
    public static KeyPair CreatePair(PrefixByte prefix, RandomNumberGenerator rng)
    {
        ArgumentNullException.ThrowIfNull(rng);
        if (!KeyText.IsKnown(prefix))
        {
            throw new NKeysException("Invalid prefix");
        }

        var seed = new byte[KeyText.KeySize];
        rng.GetBytes(seed);
        return new KeyPair(prefix, seed, PublicKeyOf(prefix, seed));
    }

    /// <exception cref="NKeysException">The text is not an encoded seed.</exception>
    public static KeyPair FromSeed(ReadOnlySpan<char> encodedSeed)
    {
        var (prefix, seed) = KeyText.Seed(encodedSeed);
        return new KeyPair(prefix, seed, PublicKeyOf(prefix, seed));
    }

    /// <summary>The public half alone: it verifies, but neither signs nor has a seed.</summary>
    /// <exception cref="NKeysException">The text is not an encoded public key.</exception>
    public static KeyPair FromPublicKey(ReadOnlySpan<char> publicKey)
    {
        var (prefix, key) = KeyText.PublicKey(publicKey);
        return new KeyPair(prefix, [], key);
    }

    /// <summary>Whether a well-formed public key is of the given kind.</summary>
    /// <exception cref="NKeysException">The text is not an encoded public key.</exception>
    public static bool IsValidPublicKey(PrefixByte prefix, ReadOnlySpan<char> publicKey) => KeyText.PublicKey(publicKey).Prefix == prefix;

    /// <exception cref="NKeysException">Only the public half is known.</exception>
    public string GetSeed() => KeyText.OfSeed(Prefix, SecretOr("No seed"));

    public string GetPublicKey()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return KeyText.OfPublicKey(Prefix, publicKey);
    }

    /// <param name="message">What to sign.</param>
    /// <param name="signature">Receives the 64 bytes of the signature.</param>
    /// <exception cref="NKeysException">Only the public half is known, or it is a curve key.</exception>
    public void Sign(ReadOnlyMemory<byte> message, Memory<byte> signature)
    {
        RefuseCurve();
        var secret = SecretOr("No secret key");
        var signed = new byte[Ed25519.SignatureSize];
        Ed25519.Sign(secret, 0, message.ToArray(), 0, message.Length, signed, 0);
        signed.CopyTo(signature);
    }

    /// <exception cref="NKeysException">It is a curve key.</exception>
    public bool Verify(ReadOnlyMemory<byte> message, ReadOnlyMemory<byte> signature)
    {
        RefuseCurve();
        ObjectDisposedException.ThrowIf(disposed, this);
        return signature.Length == Ed25519.SignatureSize
            && Ed25519.Verify(signature.ToArray(), 0, publicKey, 0, message.ToArray(), 0, message.Length);
    }

    /// <summary>Wipes the key from memory.</summary>
    public void Dispose()
    {
        disposed = true;
        CryptographicOperations.ZeroMemory(seed);
        CryptographicOperations.ZeroMemory(publicKey);
    }

    private static byte[] PublicKeyOf(PrefixByte prefix, byte[] seed)
    {
        var key = new byte[KeyText.KeySize];
        if (prefix == PrefixByte.Curve)
        {
            X25519.ScalarMultBase(seed, 0, key, 0);
        }
        else
        {
            Ed25519.GeneratePublicKey(seed, 0, key, 0);
        }

        return key;
    }

    private void RefuseCurve()
    {
        if (Prefix == PrefixByte.Curve)
        {
            throw new NKeysException("Invalid curve key operation");
        }
    }

    private byte[] SecretOr(string complaint)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return seed.Length > 0 ? seed : throw new NKeysException(complaint);
    }
}
