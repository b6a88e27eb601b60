using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Conversations;

/// <summary>An image that came inside a message.</summary>
internal sealed class MessageImage
{
    public Guid MessageId { get; init; }

    /// <summary>Its place among the images of the message.</summary>
    public required int Index { get; init; }

    /// <summary>As its sender named it.</summary>
    public required string MediaType { get; init; }

    public required byte[] Bytes { get; init; }

    public string DataUrl => $"data:{MediaType};base64,{Convert.ToBase64String(Bytes)}";
}

internal sealed class MessageImageTable : IEntityTypeConfiguration<MessageImage>
{
    public void Configure(EntityTypeBuilder<MessageImage> image)
    {
        image.ToTable("message_images");
        image.HasKey(i => new { i.MessageId, i.Index });
    }
}
