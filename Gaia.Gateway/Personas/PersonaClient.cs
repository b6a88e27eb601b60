using System.Net;
using System.Text.Json;
using Gaia.Gateway.Services;
using Gaia.Personas;

namespace Gaia.Gateway.Personas;

/// <summary>Where this gateway's cache loads personas from: Chat, which asks its database.</summary>
/// <remarks>Every call throws <see cref="HttpRequestException"/> when Chat does not answer, or cannot.</remarks>
internal sealed class PersonaClient(ServiceClient services, InternalIdentity identity)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);

    public Task<PersonaView?> FindAsync(Guid id, CancellationToken ct) => ReadAsync<PersonaView>($"/{id}", ct);

    public Task<PersonaPage?> ListAsync(PersonaFilter filter, CancellationToken ct) =>
        ReadAsync<PersonaPage>($"?active_only={filter.ActiveOnly}{(filter.CreatedBy is { } creator ? $"&created_by={creator}" : "")}", ct);

    private async Task<T?> ReadAsync<T>(string what, CancellationToken ct)
        where T : class
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limited.CancelAfter(Deadline);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{Resources.Chat}/internal/personas{what}");
        request.Headers.Add(InternalIdentity.Header, identity.Mint(GatewayPrincipal.Instance));
        try
        {
            using var response = await services.SendAsync(request, Deadline, limited.Token);
            return response.StatusCode == HttpStatusCode.NotFound
                ? null
                : await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<T>(EventJson.Options, limited.Token);
        }
        catch (Exception error) when (error is JsonException or IOException || (error is OperationCanceledException && !ct.IsCancellationRequested))
        {
            throw new HttpRequestException(HttpRequestError.InvalidResponse, "Chat's answer cannot be read.", error);
        }
    }
}
