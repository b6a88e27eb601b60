using Gaia.Tests.AppHost;

namespace Gaia.Tests.Docs;

/// <summary>A Gaia as a reader of the docs starts it, known by what it prints.</summary>
public class RunningGaia : IAsyncLifetime
{
    private readonly TemporaryFolder state = new();
    private AppHostProcess apphost = null!;

    public string Address => Printed("Gaia runs at ")!;

    /// <summary>The operators' page, with the code that signs in once.</summary>
    public string Console => Printed("Console ")!;

    /// <summary>The Aspire dashboard, with the token that signs in.</summary>
    public string Dashboard => Printed("Dashboard ")!;

    public string Key => Printed("API key ")!;

    public string RedisCli => Printed("Redis ")!;

    /// <summary>What is set when it starts.</summary>
    protected virtual (string Name, string Value)[] Settings => [];

    public async ValueTask InitializeAsync()
    {
        apphost = AppHostProcess.Start(state, [], Settings);
        await Eventually.IsTrueAsync(() => Printed("Redis ") is not null, AppHostProcess.Deadline * 2);
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await apphost.TerminateAsync(CancellationToken.None);
        await apphost.ExitAsync(CancellationToken.None);
        await apphost.DisposeAsync();
        state.Dispose();
    }

    protected string? Printed(string label) => apphost.Output.FirstOrDefault(line => line.StartsWith(label, StringComparison.Ordinal))?[label.Length..].Trim();
}
