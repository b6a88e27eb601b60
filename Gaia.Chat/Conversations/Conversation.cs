using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Conversations;

internal sealed class Conversation
{
    public const int TitleLimit = 200;
    public const string Untitled = "New conversation";

    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid OwnerId { get; init; }
    public Guid? PersonaId { get; set; }

    /// <summary>With which greeting of its persona it began; null when with none.</summary>
    public int? Greeting { get; set; }

    /// <summary>Null until somebody gave it one, or the first exchange did.</summary>
    public string? Title { get; set; }

    /// <summary>How its first answer begins.</summary>
    public string? Preview { get; set; }

    /// <summary>What models are told of its old messages in their place; null when there is no summary, or its owner deleted it.</summary>
    public string? Summary { get; init; }

    /// <summary>Who wrote the summary.</summary>
    public string? SummaryModel { get; init; }

    public DateTimeOffset? SummarizedAt { get; init; }

    /// <summary>The sequence of the last message that models are no longer told; 0 while they are told all.</summary>
    public long SummarizedUntil { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>A title of nothing but space is none.</summary>
    public static string? TitleFrom(string? given) => string.IsNullOrWhiteSpace(given) ? null : given.Trim();
}

internal sealed class ConversationTable : IEntityTypeConfiguration<Conversation>
{
    public void Configure(EntityTypeBuilder<Conversation> conversation)
    {
        conversation.ToTable("conversations");
        conversation.Property(c => c.Title).HasMaxLength(Conversation.TitleLimit);
        conversation.HasIndex(c => new { c.OwnerId, c.UpdatedAt, c.Id });
    }
}
