using Lading.Scorecards;

return args switch
{
    ["picking", .. var rest] => PickingScorecard.Run(rest),
    ["slotting", .. var rest] => SlottingScorecard.Run(rest),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Lading.Scorecards picking|slotting [options]");
    return 2;
}
