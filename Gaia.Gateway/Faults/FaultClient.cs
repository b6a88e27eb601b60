using System.Net;
using Microsoft.Extensions.Options;

namespace Gaia.Gateway.Faults;

/// <summary>Asks the AppHost to break processes and links.</summary>
internal sealed class FaultClient : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(2);

    private readonly HttpClient? http;

    public FaultClient(IOptions<FaultOptions> options)
    {
        if (options.Value is { Url: { } url, Key: { Length: > 0 } key })
        {
            http = new() { BaseAddress = new(url), Timeout = Deadline, DefaultRequestHeaders = { { FaultProtocol.KeyHeader, key } } };
        }
    }

    /// <summary>Whether this is a developer's machine.</summary>
    public bool IsAvailable => http is not null;

    /// <exception cref="UnavailableException">The AppHost does not answer.</exception>
    public async Task<FaultTargets> ListAsync(CancellationToken ct) =>
        http is null ? new([], []) : await AnswerAsync(async () => (await http.GetFromJsonAsync<FaultTargets>("/", EventJson.Options, ct))!, ct);

    /// <returns>False when there is no such process or link.</returns>
    /// <exception cref="UnavailableException">The AppHost does not answer.</exception>
    public async Task<bool> BreakAsync(FaultRequest fault, CancellationToken ct) => http is not null && await AnswerAsync(
        async () =>
        {
            var target = fault.Process is { } process ? $"processes/{Uri.EscapeDataString(process)}" : $"links/{Uri.EscapeDataString(fault.Link!)}";
            using var answer = await http.PostAsync($"/{target}/{fault.Kind}?seconds={fault.Seconds}", content: null, ct);
            return answer.StatusCode is not HttpStatusCode.NotFound && answer.EnsureSuccessStatusCode() is not null;
        },
        ct);

    public void Dispose() => http?.Dispose();

    private static async Task<T> AnswerAsync<T>(Func<Task<T>> ask, CancellationToken ct)
    {
        try
        {
            return await ask();
        }
        catch (Exception error) when (error is HttpRequestException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new UnavailableException("The AppHost", error);
        }
    }
}
