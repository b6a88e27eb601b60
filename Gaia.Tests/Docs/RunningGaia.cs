using Gaia.Tests.AppHost;
using Gaia.Tests.Faults;

namespace Gaia.Tests.Docs;

/// <summary>A Gaia as a reader of the docs starts it, known by what it prints.</summary>
public sealed class RunningGaia : IAsyncLifetime
{
    private readonly TemporaryFolder state = new();
    private AppHostProcess apphost = null!;

    public string Address => Printed("Gaia runs at ")!;

    /// <summary>The Aspire dashboard, with the token that signs in.</summary>
    public string Dashboard => Printed("Dashboard ")!;

    public string Key => Printed("API key ")!;

    public string RedisCli => Printed("Redis ")!;

    public async ValueTask InitializeAsync()
    {
        apphost = AppHostProcess.Start(state, []);
        await Eventually.IsTrueAsync(() => Printed("Redis ") is not null, AppHostProcess.Deadline * 2);
    }

    public async ValueTask DisposeAsync()
    {
        await apphost.TerminateAsync(CancellationToken.None);
        await apphost.ExitAsync(CancellationToken.None);
        await apphost.DisposeAsync();
        state.Dispose();
    }

    private string? Printed(string label) => apphost.Output.FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal))?[label.Length..].Trim();
}
