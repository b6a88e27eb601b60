using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.IdentityModel.Tokens;

namespace Gaia.Auth.Tokens;

/// <summary>Makes key pairs, and opens those that lie encrypted in the database.</summary>
internal sealed partial class SigningKeyVault(IDataProtectionProvider protection, ILogger<SigningKeyVault> log)
{
    private readonly IDataProtector protector = protection.CreateProtector("Gaia.Auth.SigningKeys");

    public SigningKey Create(DateTimeOffset now, DateTimeOffset signsFrom)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var secret = pair.ExportPkcs8PrivateKey();
        try
        {
            return new()
            {
                PublicKey = pair.ExportSubjectPublicKeyInfo(),
                PrivateKey = protector.Protect(secret),
                CreatedAt = now,
                SignsFrom = signsFrom,
            };
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>A key whose private half cannot be decrypted any more still verifies what it has signed.</summary>
    public SigningKeyPair Open(SigningKey key)
    {
        var publicHalf = ECDsa.Create();
        publicHalf.ImportSubjectPublicKeyInfo(key.PublicKey, out _);
        return new(key.Id, key.SignsFrom, new ECDsaSecurityKey(publicHalf) { KeyId = key.KeyId }, SignerOf(key));
    }

    private SigningCredentials? SignerOf(SigningKey key)
    {
        try
        {
            var secret = protector.Unprotect(key.PrivateKey);
            var pair = ECDsa.Create();
            pair.ImportPkcs8PrivateKey(secret, out _);
            CryptographicOperations.ZeroMemory(secret);
            return new(new ECDsaSecurityKey(pair) { KeyId = key.KeyId }, SecurityAlgorithms.EcdsaSha256);
        }
        catch (CryptographicException e)
        {
            LogUnreadable(e, key.Id);
            return null;
        }
    }

    [LoggerMessage(LogLevel.Warning, "Signing key {KeyId} cannot be decrypted with this deployment's IDENTITY_KEY; it signs no more")]
    private partial void LogUnreadable(Exception reason, Guid keyId);
}

/// <param name="Signer">None when the private half cannot be read.</param>
internal sealed record SigningKeyPair(Guid Id, DateTimeOffset SignsFrom, ECDsaSecurityKey PublicKey, SigningCredentials? Signer);
