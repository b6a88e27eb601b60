using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Gaia.Asset.Links;

/// <summary>
/// Signs links that open one asset, for one method, until a moment, to whoever has them.
/// </summary>
internal sealed class AssetLinks
{
    private readonly byte[] key;
    private readonly TimeProvider time;

    public AssetLinks(IOptions<IdentityOptions> identity, TimeProvider time)
    {
        key = identity.Value.DeriveKey("gaia.asset.links.v1");
        this.time = time;
    }

    /// <param name="owner">Whose link it is: the gateway refuses it once they are disabled.</param>
    /// <returns>The query of the link.</returns>
    public string Sign(Guid asset, Guid owner, LinkMethod method, TimeSpan lifetime)
    {
        var expires = (time.GetUtcNow() + lifetime).ToUnixTimeSeconds();
        return $"?owner={owner}&method={method}&expires={expires}&signature={Base64Url.EncodeToString(SignatureOf(asset, owner, method, expires))}";
    }

    /// <summary>Whether the signature is ours, made for this asset and a method that covers the request's, and not expired.</summary>
    public bool Opens(Guid asset, string requestMethod, LinkQuery link)
    {
        if (!Enum.TryParse<LinkMethod>(link.Method, out var method) || link.Expires is not { } expires || link.Owner is not { } owner || link.Signature is not { Length: < 100 } text)
        {
            return false;
        }

        Span<byte> signature = stackalloc byte[HMACSHA256.HashSizeInBytes];
        return Base64Url.IsValid(text, out var length) && length == signature.Length && Base64Url.TryDecodeFromChars(text, signature, out _)
            && CryptographicOperations.FixedTimeEquals(signature, SignatureOf(asset, owner, method, expires))
            && time.GetUtcNow().ToUnixTimeSeconds() < expires
            && (method == LinkMethod.GET ? HttpMethods.IsGet(requestMethod) || HttpMethods.IsHead(requestMethod) : HttpMethods.IsHead(requestMethod));
    }

    private byte[] SignatureOf(Guid asset, Guid owner, LinkMethod method, long expires)
    {
        Span<byte> message = stackalloc byte[16 + sizeof(long) + sizeof(int) + 16];
        asset.TryWriteBytes(message, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(message[16..], expires);
        BinaryPrimitives.WriteInt32BigEndian(message[24..], (int)method);
        owner.TryWriteBytes(message[28..], bigEndian: true, out _);
        return HMACSHA256.HashData(key, message);
    }
}
