using Microsoft.Extensions.AI;

namespace Gaia.Chat.Providers;

/// <summary>An answer that has begun. Reading it fails with <see cref="ProviderException"/> when it breaks off.</summary>
internal sealed class ModelStream : IAsyncDisposable
{
    private readonly Model model;
    private readonly CancellationToken caller;
    private readonly CancellationTokenSource timeout;
    private readonly IAsyncEnumerator<ChatResponseUpdate> source;
    private readonly List<ChatResponseUpdate> head = [];

    private ModelStream(Model model, Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> source, CancellationToken ct)
    {
        this.model = model;
        caller = ct;
        timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        this.source = source(timeout.Token).GetAsyncEnumerator(timeout.Token);
    }

    public Model Model => model;

    /// <summary>Asks the model and waits for its first token.</summary>
    /// <exception cref="ProviderException">None came.</exception>
    public static Task<ModelStream> OpenAsync(Model model, IEnumerable<ChatMessage> messages, ChatOptions options, CancellationToken ct) =>
        OpenAsync(model, token => model.Client.GetStreamingResponseAsync(messages, options, token), ct);

    /// <summary>The same for updates that are got in another way.</summary>
    /// <exception cref="ProviderException">None came.</exception>
    public static async Task<ModelStream> OpenAsync(Model model, Func<CancellationToken, IAsyncEnumerable<ChatResponseUpdate>> source, CancellationToken ct)
    {
        var stream = new ModelStream(model, source, ct);
        try
        {
            await stream.AwaitFirstTokenAsync();
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    public async IAsyncEnumerable<ChatResponseUpdate> ReadUpdatesAsync()
    {
        var isFinished = false;
        foreach (var update in head)
        {
            isFinished |= update.FinishReason is not null;
            yield return update;
        }

        while (await NextAsync(model.Provider.Options.SilenceTimeout))
        {
            isFinished |= source.Current.FinishReason is not null;
            yield return source.Current;
        }

        // A connection that closes in the middle looks like an end to the clients; only the finish reason tells them apart.
        if (!isFinished)
        {
            throw ProviderErrorReader.Interrupted(model.Provider.Name);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Ends the upstream call when it still runs.
        await timeout.CancelAsync();
        try
        {
            await source.DisposeAsync();
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            // The answer was being read when it was given up.
        }

        timeout.Dispose();
    }

    private async Task AwaitFirstTokenAsync()
    {
        while (await NextAsync(model.Provider.Options.FirstTokenTimeout))
        {
            head.Add(source.Current);
            if (source.Current.FinishReason is not null || source.Current.Contents.Any(c => c is not TextContent { Text: "" }))
            {
                return;
            }
        }

        throw ProviderErrorReader.Invalid(model.Provider.Name);
    }

    private async ValueTask<bool> NextAsync(TimeSpan limit)
    {
        try
        {
            timeout.CancelAfter(limit);
            return await source.MoveNextAsync();
        }
        catch (Exception e) when (!caller.IsCancellationRequested)
        {
            throw ProviderErrorReader.Read(e, model.Provider);
        }
    }
}
