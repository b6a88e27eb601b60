using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Gaia.Asset.Errors;
using Microsoft.Extensions.Options;
using NATS.Client.Core;

namespace Gaia.Asset.Generations;

/// <summary>Has a model's picture counted by Chat, which keeps everyone's usage and budgets, before the model is asked for it.</summary>
internal sealed class PictureCosts(INatsConnection nats, IOptions<GenerationOptions> options)
{
    // As Chat names it, whoever is behind OPENAI_BASE_URL.
    private const string Provider = "openai";

    /// <summary>OpenAI's word for a budget that is used up.</summary>
    public const string QuotaCode = "insufficient_quota";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <returns>Why so many more pictures are not within the user's budget; null when they are, or nobody can say.</returns>
    public async Task<UsageDecision?> GetRefusalAsync(Guid user, int count, CancellationToken ct) =>
        options.Value.Model is { Length: > 0 } && await AskAsync(Guid.CreateVersion7(), user, count, isTrial: true, ct) is { IsGranted: false } refusal ? refusal : null;

    /// <exception cref="CostsUncountedException">Chat does not answer.</exception>
    /// <exception cref="RefusedUploadException">The owner's budget does not cover it.</exception>
    public async Task ChargeAsync(Generation generation, CancellationToken ct)
    {
        var verdict = await AskAsync(IdOf(generation), generation.OwnerId, count: 1, isTrial: false, ct) ?? throw new CostsUncountedException();
        if (!verdict.IsGranted)
        {
            throw new RefusedUploadException(StatusCodes.Status429TooManyRequests, verdict.Reason ?? "The budget is used up", QuotaCode);
        }
    }

    /// <summary>The picture cost nothing after all. Should Chat not hear of it, it counts.</summary>
    public async Task GiveBackAsync(Generation generation, CancellationToken ct) => await RequestAsync(UsageRefund.Subject, new UsageRefund(UsageRefund.CurrentVersion, IdOf(generation)), ct);

    private async Task<UsageDecision?> AskAsync(Guid id, Guid user, int count, bool isTrial, CancellationToken ct)
    {
        var charge = new UsageCharge(UsageCharge.CurrentVersion, id, user, options.Value.Model!, Provider, options.Value.Tokens * count, options.Value.Price * count, isTrial);
        return await RequestAsync(UsageCharge.Subject, charge, ct) is { } answer ? JsonSerializer.Deserialize<UsageDecision>(answer, EventJson.Options) : null;
    }

    private async Task<byte[]?> RequestAsync<T>(string subject, T message, CancellationToken ct)
    {
        if (nats.ConnectionState is not NatsConnectionState.Open)
        {
            return null;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Timeout);
        try
        {
            var body = JsonSerializer.SerializeToUtf8Bytes(message, EventJson.Options);
            return (await nats.RequestAsync<byte[], byte[]>(subject, body, replyOpts: new NatsSubOpts { Timeout = Timeout }, cancellationToken: limit.Token)).Data;
        }
        catch (Exception e) when (e is NatsException || e is OperationCanceledException && !ct.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>One for each time that a model is asked; a worker that begins again where another stopped in the middle asks once more.</summary>
    private static Guid IdOf(Generation generation)
    {
        Span<byte> call = stackalloc byte[16 + sizeof(int)];
        generation.Id.TryWriteBytes(call, bigEndian: true, out _);
        BinaryPrimitives.WriteInt32BigEndian(call[16..], generation.Attempts);
        return new(SHA256.HashData(call).AsSpan(0, 16));
    }
}

/// <summary>A picture costs something, and nobody is there to count it.</summary>
internal sealed class CostsUncountedException() : Exception("Chat does not answer, which counts what it costs.");
