using Gaia.Gateway.Services;
using Gaia.Personas;

namespace Gaia.Gateway.Personas;

/// <summary>Where this gateway's cache loads personas from: Chat, which asks its database.</summary>
/// <remarks>Every call throws <see cref="HttpRequestException"/> when Chat does not answer, or cannot.</remarks>
internal sealed class PersonaClient(ServiceClient services)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public Task<PersonaView?> FindAsync(Guid id, CancellationToken ct) => ReadAsync<PersonaView>($"/{id}", ct);

    public Task<PersonaPage?> ListAsync(PersonaFilter filter, CancellationToken ct) =>
        ReadAsync<PersonaPage>($"?active_only={filter.ActiveOnly}{(filter.CreatedBy is { } creator ? $"&created_by={creator}" : "")}", ct);

    private Task<T?> ReadAsync<T>(string what, CancellationToken ct)
        where T : class =>
        services.ReadAsync<T>(new(HttpMethod.Get, $"http://{Resources.Chat}/internal/personas{what}"), Deadline, ct);
}
