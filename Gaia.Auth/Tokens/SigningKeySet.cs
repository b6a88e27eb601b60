using Microsoft.IdentityModel.Tokens;

namespace Gaia.Auth.Tokens;

/// <summary>All keys of one moment, and what each is for as time goes on. Immutable.</summary>
internal sealed class SigningKeySet(IEnumerable<SigningKeyPair> keys, TimeSpan verifiesFor)
{
    private readonly List<SigningKeyPair> keys = [.. keys.OrderBy(k => k.SignsFrom).ThenBy(k => k.Id)];

    /// <summary>The key that signs at a time; null before the first is made.</summary>
    public SigningKeyPair? SignerAt(DateTimeOffset now) => keys.LastOrDefault(k => k.Signer is not null && k.SignsFrom <= now);

    /// <summary>The key that is published and does not sign yet.</summary>
    public SigningKeyPair? NextAfter(DateTimeOffset now) => keys.Find(k => k.Signer is not null && k.SignsFrom > now);

    /// <summary>What verifies at a time: keys to come, the one that signs, and earlier ones until the last token they signed has expired.</summary>
    public IEnumerable<SigningKeyPair> PublishedAt(DateTimeOffset now) =>
        keys.Where((key, i) => keys.Skip(i + 1).FirstOrDefault(k => k.Signer is not null) is not { } successor || successor.SignsFrom + verifiesFor > now);

    /// <summary>What nobody needs any more.</summary>
    public IEnumerable<SigningKeyPair> OutdatedAt(DateTimeOffset now) => keys.Except(PublishedAt(now));

    public SecurityKey? Find(string keyId, DateTimeOffset now) => PublishedAt(now).FirstOrDefault(k => k.PublicKey.KeyId == keyId)?.PublicKey;

    /// <summary>Whether a key has to be made.</summary>
    public bool IsShortAt(DateTimeOffset now) => SignerAt(now) is null || NextAfter(now) is null;
}
