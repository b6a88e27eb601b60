using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Conversations;

internal sealed class Message
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid ConversationId { get; init; }

    /// <summary>Grows with every message of any conversation: their order.</summary>
    public long Sequence { get; init; }

    /// <summary><c>user</c>, <c>assistant</c> or <c>tool</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Its text; of a tool, the result.</summary>
    public required string Content { get; init; }

    /// <summary>JSON: the message in OpenAI's format, when it is more than a text. The data of its images is in <see cref="Images"/>.</summary>
    public string? Json { get; init; }

    public List<MessageImage> Images { get; init; } = [];

    /// <summary>Who wrote it; null for a user's message.</summary>
    public string? Model { get; init; }

    public string? Provider { get; init; }
    public int? TokensUsed { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What a persona says first; no model wrote it.</summary>
    public static Message Greeting(Guid conversation, string text, DateTimeOffset now) =>
        new() { ConversationId = conversation, Role = "assistant", Content = text, CreatedAt = now };
}

internal sealed class MessageTable : IEntityTypeConfiguration<Message>
{
    public void Configure(EntityTypeBuilder<Message> message)
    {
        message.ToTable("messages");
        message.Property(m => m.Sequence).UseIdentityAlwaysColumn();
        message.HasOne<Conversation>().WithMany().HasForeignKey(m => m.ConversationId).OnDelete(DeleteBehavior.Cascade);
        message.HasMany(m => m.Images).WithOne().HasForeignKey(i => i.MessageId).OnDelete(DeleteBehavior.Cascade);
        message.HasIndex(m => new { m.ConversationId, m.Sequence });
    }
}
