using System.Globalization;

namespace Gaia.Tests.Chat;

/// <summary>A replica of the chat service, reached without the gateway.</summary>
public sealed class ChatNode : LocalServer
{
    private readonly IReadOnlyDictionary<string, string> settings;
    private readonly HttpClient probe = new() { Timeout = TimeSpan.FromSeconds(5) };

    private ChatNode(IReadOnlyDictionary<string, string> settings) => this.settings = settings;

    public static Task<ChatNode> StartAsync(IReadOnlyDictionary<string, string> settings, CancellationToken ct = default) =>
        StartAsync(new ChatNode(settings), ct);

    public Uri Url => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}"));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        probe.Dispose();
    }

    // The folder of the program, as its settings file lies there.
    protected override IEnumerable<string> CommandLine =>
        ["env", "-C", Folder, .. settings.Select(s => $"{s.Key}={s.Value}"), $"ASPNETCORE_URLS={Url}", "dotnet", "Gaia.Chat.dll"];

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            using var answer = await probe.GetAsync(new Uri(Url, "/health"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException && !ct.IsCancellationRequested)
        {
            return false;
        }
    }

    /// <summary>Beside the folder of the tests: both are built alike.</summary>
    private static string Folder => Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "Gaia.Chat", Tail));

    private static string Tail => Path.Combine(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar).Split(Path.DirectorySeparatorChar)[^3..]);
}
