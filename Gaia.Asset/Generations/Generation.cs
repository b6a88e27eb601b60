using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Asset.Generations;

/// <summary>A request for a picture. The asset it becomes has the same id, so that there cannot be two.</summary>
internal sealed class Generation
{
    public const int DescriptionLimit = 4000;
    public const int StyleLimit = 200;
    public const int ParametersLimit = 4000;
    public const int FailureCodeLimit = 100;

    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required Guid OwnerId { get; init; }
    public required string Description { get; init; }
    public string? Style { get; init; }
    public required int Width { get; init; }
    public required int Height { get; init; }

    /// <summary>What else the model is asked with, a JSON object; null when that is nothing.</summary>
    public string? Parameters { get; init; }

    public GenerationStatus Status { get; set; } = GenerationStatus.Queued;

    /// <summary>How often a worker began, crashed ones included.</summary>
    public int Attempts { get; set; }

    /// <summary>For the user, when it failed.</summary>
    public string? Reason { get; set; }

    /// <summary>The HTTP status that tells a client of the failure.</summary>
    public int? FailureStatus { get; set; }

    /// <summary>A word for programs, OpenAI's where the model or OpenAI has one.</summary>
    public string? FailureCode { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last handed to the queue; null as long as that is still to be done.</summary>
    public DateTimeOffset? EnqueuedAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

internal enum GenerationStatus
{
    Queued,
    Running,
    Complete,
    Failed,
}

internal sealed class GenerationTable : IEntityTypeConfiguration<Generation>
{
    public void Configure(EntityTypeBuilder<Generation> generation)
    {
        generation.ToTable("generations");
        generation.Property(g => g.Description).HasMaxLength(Generation.DescriptionLimit);
        generation.Property(g => g.Style).HasMaxLength(Generation.StyleLimit);
        generation.Property(g => g.Status).HasConversion<string>().HasMaxLength(16);
        generation.Property(g => g.Parameters).HasMaxLength(Generation.ParametersLimit);
        generation.Property(g => g.FailureCode).HasMaxLength(Generation.FailureCodeLimit);
        generation.HasIndex(g => g.OwnerId);
        generation.HasIndex(g => g.EnqueuedAt).HasFilter("finished_at IS NULL");
    }
}
