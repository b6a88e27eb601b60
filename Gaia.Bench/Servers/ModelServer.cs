using System.Globalization;
using System.Net.Http.Json;
using Gaia.Testing.Models;

namespace Gaia.Bench.Servers;

/// <summary>The tests' fake model server, in a separate process on the cores of the load.</summary>
internal sealed class ModelServer : LocalServer
{
    public const string Command = "model";
    public const string Model = "fake-large";

    private const int WordCount = 50;

    private static readonly HttpClient Probe = new();

    private readonly TimeSpan pause;

    private ModelServer(TimeSpan pause) => this.pause = pause;

    /// <summary>The base URL for a provider's configuration.</summary>
    public Uri Address => new($"http://127.0.0.1:{Port}/v1");

    /// <summary>The first word of every response.</summary>
    public static string FirstWord => "Once";

    /// <summary>The message that is sent in a benchmark.</summary>
    public static string Question => "Hello";

    /// <summary>The message that is answered without pauses.</summary>
    public static string ImmediateQuestion => "Quick";

    /// <summary>The duration of a stream.</summary>
    public TimeSpan Duration => WordCount * pause;

    /// <param name="pause">The pause before each word of a stream but the first; other responses have none.</param>
    public static Task<ModelServer> StartAsync(TimeSpan pause, CancellationToken ct) => StartAsync(new ModelServer(pause), ct);

    /// <summary>The entry point of that process.</summary>
    public static async Task RunAsync(string port, string pause, CancellationToken ct)
    {
        await using var server = await FakeModelServer.StartAsync(int.Parse(port, CultureInfo.InvariantCulture));
        string[] words = [FirstWord, .. Enumerable.Repeat(" more", WordCount - 1)];
        server.Play(new() { Key = Question, Words = words, Pause = TimeSpan.FromMilliseconds(int.Parse(pause, CultureInfo.InvariantCulture)) });
        server.Play(new() { Key = ImmediateQuestion, Words = words });
        await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    protected override IEnumerable<string> CommandLine =>
        Cores.Load.CommandLineOf("dotnet", typeof(ModelServer).Assembly.Location, Command, $"{Port}", pause.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture));

    protected override async Task<bool> IsReadyAsync(CancellationToken ct)
    {
        try
        {
            return await Probe.GetFromJsonAsync<object>($"{Address}/models", ct) is not null;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
