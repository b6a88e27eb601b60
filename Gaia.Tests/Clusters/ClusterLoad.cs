using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Tests.Clusters;

/// <summary>Requests of every kind that needs Redis, until it ends.</summary>
internal sealed class ClusterLoad : IAsyncDisposable
{
    private const string Personas = "/api/v1/chat/personas";
    private const int Workers = 4;

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly GaiaOnCluster gaia;
    private readonly string persona;
    private readonly CancellationTokenSource over = new();
    private readonly ConcurrentBag<string> failures = [];
    private readonly Task running;
    private int answers;

    private ClusterLoad(GaiaOnCluster gaia, string persona)
    {
        (this.gaia, this.persona) = (gaia, persona);
        running = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(UseAsync)));
    }

    public static async Task<ClusterLoad> StartAsync(GaiaOnCluster gaia, CancellationToken ct)
    {
        using var developer = gaia.Developer();
        return new(gaia, (await developer.GetFromJsonAsync<JsonElement>(Personas, ct)).GetProperty("personas")[0].GetProperty("id").GetString()!);
    }

    /// <summary>A request that is processed once, however often it is repeated.</summary>
    /// <returns>The answer, whole.</returns>
    public static async Task<string> AddAsync(HttpClient client, Guid key, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/conversations")
        {
            Content = JsonContent.Create(new { title = $"About {key}" }),
            Headers = { { "Idempotency-Key", $"{key}" } },
        };
        using var answer = await client.SendAsync(request, ct);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(ct);
    }

    /// <summary>Waits for a hundred more answers.</summary>
    public async Task ManyAnswersAsync(CancellationToken ct)
    {
        var before = Volatile.Read(ref answers);
        await Eventually.IsTrueAsync(() => Volatile.Read(ref answers) > before + 100, Deadline, ct);
    }

    /// <returns>What failed.</returns>
    public async Task<IReadOnlyCollection<string>> EndAsync()
    {
        await over.CancelAsync();
        await running;
        return failures;
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        over.Dispose();
    }

    private async Task UseAsync()
    {
        using var user = gaia.Developer();
        using var anyone = gaia.Gateway();
        while (!over.IsCancellationRequested)
        {
            try
            {
                await AddAsync(user, Guid.CreateVersion7(), CancellationToken.None);
                foreach (var path in (string[])[$"{Personas}/{persona}", Personas, $"{Personas}/current", "/api/v1/usage"])
                {
                    await user.GetStringAsync(path);
                }

                await anyone.GetStringAsync("/.well-known/jwks.json");
                await anyone.GetStringAsync(Personas);
                Interlocked.Add(ref answers, 7);
            }
            catch (HttpRequestException error)
            {
                failures.Add(error.Message);
            }
        }
    }
}
