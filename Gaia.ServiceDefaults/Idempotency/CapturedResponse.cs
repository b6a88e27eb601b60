using Gaia.Caching.Outbox;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Gaia;

/// <summary>The response of a handler, written to memory: it is sent after it is recorded.</summary>
internal sealed class CapturedResponse
{
    private readonly HttpResponse response;
    private readonly byte[] body;

    private CapturedResponse(HttpResponse response, byte[] body) => (this.response, this.body) = (response, body);

    public bool IsSuccess => response.StatusCode is >= StatusCodes.Status200OK and < StatusCodes.Status300MultipleChoices;

    public static async Task<CapturedResponse> ExecuteAsync(object? result, HttpContext http)
    {
        var original = http.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        using var copy = new MemoryStream();
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(copy, original));
        try
        {
            await ((IResult)result!).ExecuteAsync(http);
        }
        finally
        {
            http.Features.Set(original);
        }

        return new(http.Response, copy.ToArray());
    }

    public StoredResponse ToStored(string requestHash) =>
        new(requestHash, response.StatusCode, response.ContentType, response.Headers.Location, response.Headers.ETag, body, ChangedKeys.OfCurrentRequest);

    public async Task SendAsync(CancellationToken ct)
    {
        if (!ct.IsCancellationRequested)
        {
            await response.Body.WriteAsync(body, ct);
        }
    }
}
