using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace Gaia.Auth.Secrets;

/// <summary>Data Protection whose keys all nodes of a deployment share through the database, where they lie encrypted with a secret that the database does not have.</summary>
internal static class SecretProtection
{
    public static void AddSecretProtection(this IServiceCollection services)
    {
        services.AddSingleton<DeploymentSecret>();
        services.AddDataProtection().SetApplicationName("gaia-auth").PersistKeysToDbContext<AuthDb>();
        services.AddOptions<KeyManagementOptions>().Configure<DeploymentSecret>((options, secret) => options.XmlEncryptor = new DeploymentEncryptor(secret));

        // It would read the keys at start, before the migrations have made their table. The first use reads them as well.
        foreach (var warmUp in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Assembly == typeof(IDataProtectionBuilder).Assembly).ToList())
        {
            services.Remove(warmUp);
        }
    }
}

/// <summary>AES-256-GCM under a key derived from <c>IDENTITY_KEY</c>.</summary>
internal sealed class DeploymentSecret(IOptions<IdentityOptions> identity)
{
    private readonly byte[] key = identity.Value.DeriveKey("gaia-auth data protection");

    /// <returns>Nonce, tag and ciphertext, in this order.</returns>
    public byte[] Encrypt(ReadOnlySpan<byte> plaintext)
    {
        var result = new byte[NonceLength + TagLength + plaintext.Length];
        var nonce = result.AsSpan(0, NonceLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plaintext, result.AsSpan(NonceLength + TagLength), result.AsSpan(NonceLength, TagLength));
        return result;
    }

    /// <exception cref="CryptographicException">It was encrypted by another deployment, or changed.</exception>
    public byte[] Decrypt(ReadOnlySpan<byte> encrypted)
    {
        if (encrypted.Length < NonceLength + TagLength)
        {
            throw new CryptographicException("Too short to have been encrypted here.");
        }

        var plaintext = new byte[encrypted.Length - NonceLength - TagLength];
        using var aes = new AesGcm(key, TagLength);
        aes.Decrypt(encrypted[..NonceLength], encrypted[(NonceLength + TagLength)..], encrypted.Slice(NonceLength, TagLength), plaintext);
        return plaintext;
    }

    private static int NonceLength => AesGcm.NonceByteSizes.MaxSize;

    private static int TagLength => AesGcm.TagByteSizes.MaxSize;
}
