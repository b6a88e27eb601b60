using System.Net;
using Gaia.Tests.Admission;
using Gaia.Tests.Auth;
using Gaia.Tests.Chat;

namespace Gaia.Tests.Events;

/// <summary>What tests of the journal ask a gateway.</summary>
internal sealed class JournalApi(GatewayServer gateway)
{
    private const string Personas = "/api/v1/chat/personas";

    private readonly GatewayApi api = new(gateway);

    /// <summary>The events up to now.</summary>
    public async Task<List<SseEvent>> ReadAsync(SignedIn reader, string query, params (string Name, string Value)[] headers)
    {
        using var answer = await api.SendAsync(HttpMethod.Get, $"/api/v1/admin/events{query}", token: reader.AccessToken, headers: headers);
        return await Sse.ReadAllAsync(answer);
    }

    public async Task<Guid> CreatePersonaAsync(SignedIn user) => (await api.ExpectAsync(
        HttpStatusCode.Created, HttpMethod.Post, Personas, new { name = $"Persona {Guid.CreateVersion7()}", description = "One", system_prompt = "You are one." }, user.AccessToken))
        .GetProperty("persona").GetProperty("id").GetGuid();

    /// <summary>An API key of an administrator.</summary>
    public async Task<string> CreateKeyAsync(SignedIn administrator) => (await api.ExpectAsync(
        HttpStatusCode.Created, HttpMethod.Post, "/api/v1/auth/api-keys", new { name = "events", scopes = (string[])[Scopes.Admin] }, administrator.AccessToken))
        .GetProperty("key").GetString()!;
}
