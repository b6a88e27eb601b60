using System.Text;
using System.Text.Json;

namespace Gaia.Gateway.Services;

/// <summary>What the gateway asks Auth in its own name.</summary>
/// <remarks>Every call throws <see cref="HttpRequestException"/> when Auth cannot be asked, does not answer in time, or cannot answer.</remarks>
internal sealed class AuthClient(ServiceClient services)
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
        services.ReadAsync<RevocationPage>(Get($"/internal/revocations?after={after}"), deadline, CancellationToken.None)!;

    public Task NoteUsesAsync(IReadOnlyList<KeyUse> uses, CancellationToken ct) =>
        services.PostAsync(Post("/internal/api-keys/uses", new { uses }), Deadline, ct);

    /// <summary>A public document such as <c>/.well-known/jwks.json</c>.</summary>
    public async Task<JsonElement> GetDocumentAsync(string path, CancellationToken ct) => await services.ReadAsync<JsonElement>(Get(path), Deadline, ct);

    private static HttpRequestMessage Get(string path) => new(HttpMethod.Get, AddressOf(path));

    private static HttpRequestMessage Post<T>(string path, T body) => new(HttpMethod.Post, AddressOf(path))
    {
        // With a length: nobody has to buffer it to learn how long it is.
        Content = new StringContent(JsonSerializer.Serialize(body, EventJson.Options), Encoding.UTF8, "application/json"),
    };

    private static string AddressOf(string path) => $"http://{Resources.Auth}{path}";

    private Task<PrincipalSnapshot?> FindAsync(HttpRequestMessage request, CancellationToken ct) => services.ReadAsync<PrincipalSnapshot>(request, Deadline, ct);
}

/// <summary>One line of what Auth is told.</summary>
internal sealed record KeyUse(Guid KeyId, DateTimeOffset At);
