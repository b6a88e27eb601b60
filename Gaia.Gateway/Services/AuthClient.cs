using System.Net;
using System.Text;
using System.Text.Json;

namespace Gaia.Gateway.Services;

/// <summary>What the gateway asks Auth in its own name.</summary>
/// <remarks>Every call throws <see cref="HttpRequestException"/> when Auth cannot be asked, does not answer in time, or cannot answer.</remarks>
internal sealed class AuthClient(ServiceClient services, InternalIdentity identity)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    /// <returns>Null when no valid key has this hash.</returns>
    public Task<PrincipalSnapshot?> FindByKeyAsync(string hash, CancellationToken ct) =>
        FindAsync(Get($"/internal/principals/api-keys/{hash}"), ct);

    /// <param name="token">One that Gaia's Auth did not issue.</param>
    /// <param name="ct">Ends the wait.</param>
    /// <returns>Null when no trusted issuer issued it, or it is no longer valid.</returns>
    public Task<PrincipalSnapshot?> FindByTokenAsync(string token, CancellationToken ct) =>
        FindAsync(Post("/internal/principals/tokens", new { token }), ct);

    /// <returns>Null when there is no such user, or they are disabled.</returns>
    public Task<PrincipalSnapshot?> FindUserAsync(Guid id, CancellationToken ct) => FindAsync(Get($"/internal/principals/users/{id}"), ct);

    /// <summary>The live revocations after a position.</summary>
    public Task<RevocationPage> GetRevocationsAsync(long after, TimeSpan deadline) =>
        ReadAsync<RevocationPage>(Get($"/internal/revocations?after={after}"), deadline, CancellationToken.None)!;

    public Task NoteUsesAsync(IReadOnlyList<KeyUse> uses, CancellationToken ct) =>
        SendAsync(Post("/internal/api-keys/uses", new { uses }), Deadline, static (_, _) => Task.FromResult(true), ct);

    /// <summary>A public document such as <c>/.well-known/jwks.json</c>.</summary>
    public async Task<JsonElement> GetDocumentAsync(string path, CancellationToken ct) => await ReadAsync<JsonElement>(Get(path), Deadline, ct);

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, AddressOf(path));

    private static HttpRequestMessage Post<T>(string path, T body) => new(HttpMethod.Post, AddressOf(path))
    {
        // With a length: nobody has to buffer it to learn how long it is.
        Content = new StringContent(JsonSerializer.Serialize(body, EventJson.Options), Encoding.UTF8, "application/json"),
    };

    private static string AddressOf(string path) => $"http://{Resources.Auth}{path}";

    private Task<PrincipalSnapshot?> FindAsync(HttpRequestMessage request, CancellationToken ct) => ReadAsync<PrincipalSnapshot>(request, Deadline, ct);

    private Task<T?> ReadAsync<T>(HttpRequestMessage request, TimeSpan deadline, CancellationToken ct) =>
        SendAsync(request, deadline, static (content, stop) => content.ReadFromJsonAsync<T>(EventJson.Options, stop), ct);

    private async Task<T?> SendAsync<T>(HttpRequestMessage request, TimeSpan deadline, Func<HttpContent, CancellationToken, Task<T?>> read, CancellationToken ct)
    {
        using (request)
        {
            request.Headers.Add(InternalIdentity.Header, identity.Mint(GatewayPrincipal.Instance));
            using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
            limited.CancelAfter(deadline);
            try
            {
                using var response = await services.SendAsync(request, deadline, limited.Token);
                return response.StatusCode == HttpStatusCode.NotFound ? default : await read(response.EnsureSuccessStatusCode().Content, limited.Token);
            }
            catch (Exception error) when (error is JsonException or IOException or NotSupportedException || (error is OperationCanceledException && !ct.IsCancellationRequested))
            {
                throw new HttpRequestException(HttpRequestError.InvalidResponse, "Auth's answer cannot be read.", error);
            }
        }
    }
}

/// <summary>One line of what Auth is told.</summary>
internal sealed record KeyUse(Guid KeyId, DateTimeOffset At);
