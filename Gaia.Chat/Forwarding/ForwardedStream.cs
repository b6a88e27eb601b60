using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gaia.Chat.OpenAIProtocol;
using Gaia.Chat.Providers;
using Gaia.Chat.Streams;
using Microsoft.Extensions.AI;

namespace Gaia.Chat.Forwarding;

/// <summary>Sends a provider's events on as they come. It ends with its caller, or when the provider is silent for too long.</summary>
/// <param name="response">Read to its end and disposed.</param>
/// <param name="provider">Whose it is.</param>
/// <param name="record">Is told what was sent.</param>
internal sealed class ForwardedStream(HttpResponseMessage response, ProviderOptions provider, Action<IEnumerable<ChatResponseUpdate>> record) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var ct = httpContext.RequestAborted;
        var clock = httpContext.RequestServices.GetRequiredService<TimeProvider>();
        var events = new EventStream(httpContext);
        List<ChatResponseUpdate> updates = [];
        try
        {
            await foreach (var data in ReadAsync(ct).WithHeartbeats(EventStream.HeartbeatInterval, clock, ct))
            {
                if (data is null)
                {
                    events.WriteHeartbeat();
                }
                else
                {
                    events.Write(null, data);
                    Collect(data, updates);
                }

                await events.Flush(ct);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TimeoutException)
        {
            var error = new CompletionErrorEvent(new($"The answer of model provider {provider.Name} was interrupted", "server_error", null, "provider_failed"));
            events.Write(null, JsonSerializer.SerializeToUtf8Bytes(error, CompletionJson.Readable.CompletionErrorEvent));
            await events.Flush(ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The caller disconnected; the upstream call ends below.
        }
        finally
        {
            response.Dispose();
            record(updates);
        }
    }

    private async IAsyncEnumerable<byte[]> ReadAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await using var body = await response.Content.ReadAsStreamAsync(ct);
        await using var items = SseParser.Create(body, (_, data) => data.ToArray()).EnumerateAsync(ct).GetAsyncEnumerator(ct);
        while (await items.MoveNextAsync().AsTask().WaitAsync(provider.SilenceTimeout, ct))
        {
            yield return items.Current.Data;
        }
    }

    private static void Collect(byte[] data, List<ChatResponseUpdate> updates)
    {
        if (!data.AsSpan().SequenceEqual(EventStream.Done))
        {
            updates.Add(ForwardedUsage.ReadChunk(JsonElement.Parse(data)));
        }
    }
}
