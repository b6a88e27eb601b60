using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Responses;

/// <summary>A stored response, which others may go on from.</summary>
internal sealed class ResponseRecord
{
    /// <summary>OpenAI keeps responses as long.</summary>
    public static TimeSpan Lifetime { get; } = TimeSpan.FromDays(30);

    public required Guid Id { get; init; }
    public required Guid UserId { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>JSON: the response as its caller got it.</summary>
    public required string Body { get; init; }

    /// <summary>JSON: all messages up to this response and with it, as chat completions have them; without instructions, which hold for one request.</summary>
    public required string Messages { get; init; }
}

internal sealed class ResponseRecordTable : IEntityTypeConfiguration<ResponseRecord>
{
    public void Configure(EntityTypeBuilder<ResponseRecord> response)
    {
        response.ToTable("responses");
        response.HasIndex(r => r.CreatedAt);
    }
}
