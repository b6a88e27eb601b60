using System.Net.Http.Json;
using System.Text.Json;

namespace Gaia.Bench.Faults;

/// <summary>A persona whose description is the number of its last change.</summary>
internal sealed class WrittenPersona(string id)
{
    public const string Path = "/api/v1/chat/personas";

    /// <summary>What takes longer answers nothing at all, and nothing old either.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public string Id => id;

    /// <summary>Of the last change that was sent.</summary>
    public int Number { get; private set; }

    /// <returns>Whether the change was acknowledged.</returns>
    public async Task<bool> ChangeAsync(HttpClient gateway, CancellationToken ct)
    {
        try
        {
            using var answer = await gateway.PutAsJsonAsync($"{Path}/{id}", new { description = $"{++Number}" }, ct);
            return answer.IsSuccessStatusCode;
        }
        catch (Exception error) when (IsNoAnswer(error, ct))
        {
            return false;
        }
    }

    /// <returns>Null when there was no answer.</returns>
    public static async Task<JsonElement?> TryReadAsync(HttpClient gateway, string path, CancellationToken ct)
    {
        try
        {
            using var answer = await gateway.GetAsync(path, ct);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadFromJsonAsync<JsonElement>(ct) : null;
        }
        catch (Exception error) when (IsNoAnswer(error, ct))
        {
            return null;
        }
    }

    private static bool IsNoAnswer(Exception error, CancellationToken ct) =>
        error is HttpRequestException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested);
}
