using Gaia.Testing.Services;

namespace Gaia.Tests.Secrets;

/// <summary>A service in whose log there is no secret, whatever a test does with it.</summary>
public abstract class ScannedService(string name, IReadOnlyDictionary<string, string> settings) : GaiaService(name, settings)
{
    public override async ValueTask DisposeAsync()
    {
        var secrets = SecretScan.Find(Log).ToList();
        await base.DisposeAsync();
        Assert.Empty(secrets);
        GC.SuppressFinalize(this);
    }
}
