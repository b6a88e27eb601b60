using System.Security.Cryptography;
using System.Text;

namespace Gaia.Gateway.Admission;

/// <summary>The one key that a developer may have chosen freely (<c>GAIA_DEV_API_KEY</c>), so that it need not have the form of the others.</summary>
internal sealed class DevelopmentKeyMatcher(IConfiguration configuration)
{
    private readonly byte[]? chosen = configuration["GAIA_DEV_API_KEY"] is { Length: > 0 } key ? Encoding.UTF8.GetBytes(key) : null;

    public bool Is(string key) => chosen is not null && CryptographicOperations.FixedTimeEquals(chosen, Encoding.UTF8.GetBytes(key));
}
