using System.Text.Json.Serialization;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Gaia.Chat.Budgets;

/// <summary>Whose calls a budget counts.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BudgetScope>))]
public enum BudgetScope
{
    [JsonStringEnumMemberName("all")]
    All,

    [JsonStringEnumMemberName("user")]
    User,

    [JsonStringEnumMemberName("key")]
    Key,

    [JsonStringEnumMemberName("persona")]
    Persona,
}

/// <summary>The period, in UTC, that a budget is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<BudgetPeriod>))]
public enum BudgetPeriod
{
    [JsonStringEnumMemberName("day")]
    Day,

    [JsonStringEnumMemberName("month")]
    Month,
}

/// <summary>What an administrator allows to be used up in a day or a month.</summary>
internal sealed class Budget
{
    public Guid Id { get; init; } = Guid.CreateVersion7();
    public required BudgetScope Scope { get; init; }

    /// <summary>The user, API key or persona; null for the budget of all.</summary>
    public Guid? TargetId { get; init; }

    public required BudgetPeriod Period { get; init; }

    /// <summary>US dollars; null when money is not limited.</summary>
    public decimal? LimitUsd { get; set; }

    /// <summary>Of prompts and answers together; null when tokens are not limited.</summary>
    public long? LimitTokens { get; set; }

    /// <summary>Whether calls are refused that it does not cover. One that is not only raises alerts.</summary>
    public bool IsHard { get; set; }

    public required DateTimeOffset UpdatedAt { get; set; }
}

internal sealed class BudgetTable : IEntityTypeConfiguration<Budget>
{
    private const int WordLimit = 16;

    public void Configure(EntityTypeBuilder<Budget> budget)
    {
        budget.ToTable("budgets");
        budget.Property(b => b.Scope).HasConversion<string>().HasMaxLength(WordLimit);
        budget.Property(b => b.Period).HasConversion<string>().HasMaxLength(WordLimit);
        budget.Property(b => b.LimitUsd).HasPrecision(18, 9);
        budget.HasIndex(b => new { b.Scope, b.TargetId, b.Period }).IsUnique().AreNullsDistinct(false);
    }
}
