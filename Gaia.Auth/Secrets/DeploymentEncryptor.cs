using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace Gaia.Auth.Secrets;

/// <summary>Encrypts Data Protection's keys before they are stored.</summary>
internal sealed class DeploymentEncryptor(DeploymentSecret secret) : IXmlEncryptor
{
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(
            new XElement("encryptedKey", Convert.ToBase64String(secret.Encrypt(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting))))),
            typeof(DeploymentDecryptor));
}

/// <summary>Data Protection finds it by the name stored beside each key, and gives it the services.</summary>
internal sealed class DeploymentDecryptor : IXmlDecryptor
{
    private readonly DeploymentSecret secret;

    public DeploymentDecryptor(IServiceProvider services) => secret = services.GetRequiredService<DeploymentSecret>();

    public XElement Decrypt(XElement encryptedElement) => XElement.Parse(Encoding.UTF8.GetString(secret.Decrypt(Convert.FromBase64String(encryptedElement.Value))));
}
