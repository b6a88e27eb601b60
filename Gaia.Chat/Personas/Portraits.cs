using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;
using Polly;

namespace Gaia.Chat.Personas;

/// <summary>Stores and reads the portraits of personas: assets of the owner that everybody who sees the persona may see.</summary>
internal sealed class Portraits(HttpClient assets, InternalIdentity identity, IConfiguration configuration)
{
    private const string Route = "/api/v1/assets";

    private static readonly TimeSpan StoreTimeout = TimeSpan.FromSeconds(10);

    // The query parameters of an image variant.
    private static readonly string[] VariantParameters = ["w", "h", "fit", "format"];
    private static readonly string[] PassedOn = ["If-None-Match", "If-Modified-Since", "Range", "If-Range"];

    /// <summary>False for a Chat that runs without Asset.</summary>
    private bool IsAvailable => configuration.GetSection($"services:{Resources.Asset}").Exists();

    /// <summary>Stores a picture as an asset of the caller.</summary>
    /// <param name="caller">The request that the picture came with.</param>
    /// <returns>The asset; or why there is none, as a warning for the caller.</returns>
    public async Task<(Guid? Id, string? Warning)> StoreAsync(string name, ReadOnlyMemory<byte> picture, HttpRequest caller, CancellationToken ct)
    {
        if (!IsAvailable)
        {
            return (null, "The picture is not kept: there is no asset service");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Route}?name={Uri.EscapeDataString(name)}") { Content = new ReadOnlyMemoryContent(picture) };
        request.Headers.Add(InternalIdentity.Header, (string?)caller.Headers[InternalIdentity.Header]);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(StoreTimeout);
        try
        {
            using var response = await assets.SendAsync(request, timeout.Token);
            var answer = await response.Content.ReadFromJsonAsync<JsonElement>(timeout.Token);
            return response.IsSuccessStatusCode ? (answer.GetProperty("id").GetGuid(), null) : (null, $"The picture is not kept: {answer.Text("detail")}");
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or ExecutionRejectedException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return (null, "The picture is not kept: the asset service does not answer");
        }
    }

    /// <summary>Deletes an asset that was stored for a persona which is not made after all. Where that fails, the caller finds it among their assets.</summary>
    public async Task DiscardAsync(Guid id, HttpRequest caller)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, $"{Route}/{id}");
        request.Headers.Add(InternalIdentity.Header, (string?)caller.Headers[InternalIdentity.Header]);
        try
        {
            using var _ = await assets.SendAsync(request, CancellationToken.None);
        }
        catch (Exception e) when (e is HttpRequestException or ExecutionRejectedException)
        {
            // Said above.
        }
    }

    /// <summary>Asks for a portrait, or for a variant of it, as its owner.</summary>
    /// <param name="wanted">Whose query and conditions hold.</param>
    /// <exception cref="UnavailableException">The asset service does not answer.</exception>
    public Task<HttpResponseMessage> OpenAsync(Guid id, Guid owner, HttpRequest wanted, CancellationToken ct)
    {
        var request = new HttpRequestMessage(new(wanted.Method), Content(id, QueryString.Create(wanted.Query.Where(parameter => VariantParameters.Contains(parameter.Key)))));
        foreach (var name in PassedOn)
        {
            if (wanted.Headers.TryGetValue(name, out var value))
            {
                request.Headers.TryAddWithoutValidation(name, (IEnumerable<string?>)value);
            }
        }

        return SendAsync(request, owner, ct);
    }

    /// <returns>The portrait as PNG; null when its asset has been deleted, or the asset service is unavailable.</returns>
    public async Task<byte[]?> FindPngAsync(Guid id, Guid owner, CancellationToken ct)
    {
        try
        {
            using var response = await SendAsync(new(HttpMethod.Get, Content(id, default)), owner, ct);
            if (!response.IsSuccessStatusCode || response.Content.Headers.ContentType?.MediaType is "image/png")
            {
                return response.IsSuccessStatusCode ? await response.Content.ReadAsByteArrayAsync(ct) : null;
            }

            using var converted = await SendAsync(new(HttpMethod.Get, Content(id, QueryString.Create("format", "png"))), owner, ct);
            return converted.IsSuccessStatusCode ? await converted.Content.ReadAsByteArrayAsync(ct) : null;
        }
        catch (Exception e) when (e is UnavailableException or HttpRequestException)
        {
            return null;
        }
    }

    private static string Content(Guid id, QueryString query) => $"{Route}/{id}/content{query}";

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, Guid owner, CancellationToken ct)
    {
        request.Headers.Add(InternalIdentity.Header, identity.Mint(new(owner, AuthType.None, null, [], null)));
        try
        {
            return await assets.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
        }
        catch (Exception e) when (e is HttpRequestException or ExecutionRejectedException)
        {
            throw new UnavailableException("The asset service", e);
        }
    }
}
